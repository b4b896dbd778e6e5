/** The pages there are, in the order of their links: a new page is its folder and a line here. */
import { computed } from '@preact/signals';
import { deskPage } from '../pages/desk/page.tsx';
import { historyPage } from '../pages/history/page.tsx';
import type { Page } from '../parts/page.ts';
import { route } from './route.ts';

export const PAGES: readonly Page[] = [deskPage, historyPage];

/** The page of the address; one that nobody knows is the first. */
export const page = computed<Page>(() => PAGES.find(({ path }) => path === route.value.path) ?? deskPage);
