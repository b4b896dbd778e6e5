/**
 * Turns anything that goes wrong in a request into problem+json (RFC 9457) with a code of the one table. It tells the
 * caller what the caller can change, and nothing about our insides.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from './schemas/error-codes.ts';
import type { ErrorCode } from './shapes/error-codes.ts';
import { ERROR_CODES } from './shapes/error-codes.ts';

export interface ProblemExtras {
  readonly errors?: Problem['errors'];
  readonly by?: string;
  readonly retryAfterS?: number;
}

/** An expected failure of a request, thrown by a route to end it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly extras: ProblemExtras;

  constructor(code: ErrorCode, detail?: string, extras: ProblemExtras = {}) {
    super(detail ?? ERROR_CODES[code].title);
    this.code = code;
    this.extras = extras;
  }
}

function problemOf(error: ApiError): Problem {
  const { status, title } = ERROR_CODES[error.code];
  // RFC 9457: without a page about it, `about:blank` would say less than the code; a fragment needs no server.
  return { type: `/docs#${error.code}`, title, status, detail: error.message, code: error.code, ...error.extras };
}

/** Answers with the problem; also used outside routes (no such route). */
export function sendProblem(reply: FastifyReply, error: ApiError): FastifyReply {
  const problem = problemOf(error);
  if (problem.retryAfterS !== undefined) void reply.header('retry-after', String(problem.retryAfterS));
  if (error.code === 'not-signed-in') void reply.header('www-authenticate', 'Bearer realm="fenghuo"');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The error handler of the server; what is our fault goes to `report`. */
export function errorHandler(report: (error: unknown, where: string) => void) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = error.statusCode === 415 ? wrongType(request) : asApiError(error);
    if (known !== undefined) return sendProblem(reply, known);
    report(error, `${request.method} ${request.routeOptions.url ?? 'no route'}`);
    return sendProblem(reply, new ApiError('internal-error'));
  };
}

/** Types that some route takes. */
const TYPES = ['application/json', 'application/yaml'];

function wrongType(request: FastifyRequest): ApiError {
  const taken = TYPES.filter((type) => request.server.hasContentTypeParser(type));
  const sent = request.headers['content-type'];
  const words =
    sent === undefined ? 'no content-type was sent' : `content-type ${JSON.stringify(sent)} is not taken here`;
  return new ApiError('unsupported-type', `${words}: send ${taken.join(' or ')}`);
}

function asApiError(error: FastifyError): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((fault) => ({
      path: `${error.validationContext ?? ''}${fault.instancePath}`,
      message: fault.message ?? 'invalid',
    }));
    return new ApiError('invalid-request', 'See errors: every fault is listed', { errors });
  }
  switch (error.statusCode) {
    case 413:
      return new ApiError('too-large');
    default:
      // Bad JSON, a body where none belongs, a malformed address: fastify names them all with a 4xx.
      if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
        return new ApiError('invalid-request', error.message);
      }
      return undefined;
  }
}
