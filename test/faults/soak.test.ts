import { soak } from '../../bench/soak';
import { partsOfTokensIn } from '../lambda/parts-of-tokens';

// Short forms of bench/soak.ts.

test('with one in five calls failing, no reader gets a dead token', async () => {
  const { refreshes, calls, failedCalls, reads, deadReads } = await soak(4, 10, 0.2);

  expect(refreshes).toBe(40);
  expect(failedCalls / calls).toBeGreaterThan(0.05); // fewer come of chance once in a million runs
  expect(reads).toBeGreaterThan(refreshes);
  expect(deadReads).toBe(0);
});

test('a refresh of which all three attempts fail is told to the destination of failures, without a token, and readers go on', async () => {
  const { messages, tokens, reads, deadReads } = await soak(1, 1, 1);

  expect(messages.map((message) => JSON.parse(message))).toMatchObject([{
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: {},
    responsePayload: { errorMessage: expect.stringMatching(/^codeartifact:GetAuthorizationToken on arn:aws:codeartifact:.* was left as it was$/) },
  }]);
  expect(tokens.length).toBeGreaterThan(0);
  expect(partsOfTokensIn(messages, tokens)).toEqual([]);
  expect(reads).toBeGreaterThan(0);
  expect(deadReads).toBe(0);
});
