/**
 * What stands where: sign-in for a stranger; for everybody else the frame with the page of the address in it. It hands keys
 * to whose they are.
 */
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { asking, behind, known, openId, signingInAgain, stopped, user } from '../live/desk.ts';
import { Dialogs } from '../parts/commands/dialogs.tsx';
import { keepFocus } from '../parts/focus/place.ts';
import { Banner } from './banner.tsx';
import { Header } from './header.tsx';
import { isFree } from './keys.ts';
import { PAGES, page } from './pages.ts';
import { route } from './route.ts';
import { SignIn, SignInAgain } from './sign-in.tsx';
import { StatusBars } from './status-bars.tsx';
import { shellWords } from './words.ts';

export function App() {
  if (!known.value) return <p class="empty">{shellWords.value.link.waiting}</p>;
  return user.value === undefined ? <SignIn /> : <Frame />;
}

function Frame() {
  useLayoutEffect(keepFocus, []);
  useEffect(() => {
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
  useEffect(() => {
    if (route.value.alarm !== undefined) openId.value = route.value.alarm;
  }, [route.value]);
  const { View } = page.value;
  return (
    <div class={`desk${stopped.value ? ' stopped' : ''}${behind.value ? ' behind' : ''}`}>
      <Header />
      <StatusBars />
      <Banner />
      <main>
        <View />
      </main>
      <Dialogs />
      {signingInAgain.value && <SignInAgain />}
    </div>
  );
}

function pressed(event: KeyboardEvent): void {
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  const inField = target?.closest('input, select, textarea, dialog') != null;
  // A focused button answers to Enter itself; letters and arrows stay the page's.
  const onButton = target?.closest('button, a') != null && /Enter$/.test(event.code);
  const { code, isComposing, ctrlKey, altKey, metaKey } = event;
  const taken = inField || onButton || asking.value !== undefined || signingInAgain.value;
  if (!isFree({ code, isComposing, ctrlKey, altKey, metaKey, taken })) return;
  if (leadsElsewhere(code) || page.value.press?.(code) === true) event.preventDefault();
}

/** The key of a page opens it, and on that page leads back to the first. */
function leadsElsewhere(code: string): boolean {
  const wanted = PAGES.find(({ key }) => key === code);
  if (wanted === undefined) return false;
  location.hash = `#/${wanted === page.value ? '' : wanted.path}`;
  return true;
}
