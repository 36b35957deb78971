import { nameOf, reasonOf } from '../../lambda/refresh-token/refresh-error';

// What Node's own errors look like cannot be had over HTTP here: Jest's Error is not that of Node's core.

test('an error of the network is called by its code, where its name says nothing', () => {
  expect(nameOf(Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  expect(nameOf(Object.assign(new AggregateError([]), { code: 'ETIMEDOUT' }))).toBe('ETIMEDOUT');
  expect(nameOf(Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' }))).toBe('TimeoutError');
  expect(nameOf(new Error('anything'))).toBe('Error');
});

test('only the service itself is quoted, and only on what is wrong with the request', () => {
  expect(reasonOf(Object.assign(new Error('Rate exceeded.'), { name: 'ThrottlingException', $fault: 'client' }))).toBe('ThrottlingException: Rate exceeded');
  expect(reasonOf(Object.assign(new Error('internal'), { name: 'InternalServerException', $fault: 'server' }))).toBe('InternalServerException');
  expect(reasonOf(new SyntaxError('Unexpected token r in JSON at position 0'))).toBe('SyntaxError');
});
