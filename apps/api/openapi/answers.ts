import { ANSWER_SCHEMAS, ANSWERS } from './answers.generated.js';

/** Operations that answer something else than JSON. */
const MEDIA: Readonly<Record<string, string>> = { watchChanges: 'text/event-stream', readMetrics: 'text/plain' };

const text = { type: 'string' } as const;

const HEADERS = {
  'Docket-Position': { description: 'What the answer holds: send it as Docket-At-Least.', schema: text },
  'Docket-Correlation-Id': { description: 'Id of the request.', schema: text },
};

const reference = (name: string): object => ({ schema: { $ref: `#/components/schemas/${name}` } });

/** The answer of an operation that succeeded. */
export function successOf(operationId: string): object {
  const name = ANSWERS[operationId];
  if (name !== undefined) {
    const tellsEvents = 'repeated' in ((ANSWER_SCHEMAS[name] as { readonly properties?: object } | undefined)?.properties ?? {});
    return { description: tellsEvents ? 'Done, and the position at which it can be read' : 'The answer', headers: HEADERS, content: { 'application/json': reference(name) } };
  }
  const media = MEDIA[operationId];
  return media === undefined ? { description: 'Done' } : { description: 'The answer', headers: HEADERS, content: { [media]: { schema: text } } };
}

/** What any operation answers when it cannot or may not. */
export const A_PROBLEM = { description: 'A problem', headers: { 'Docket-Correlation-Id': HEADERS['Docket-Correlation-Id'] }, content: { 'application/problem+json': reference('Problem') } };

/** Answers besides success and problems, by status. */
export const MORE_ANSWERS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  isReady: { 503: { description: 'Something cannot be reached', content: { 'application/json': reference('ReadinessAnswer') } } },
};
