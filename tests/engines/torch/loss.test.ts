/** The loss of the vocabulary, in chunks and with a padded table, is the plain one. */
import { beforeAll, expect, test } from 'vitest';
import { ask, describeTorch, hookTimeout } from './worker.js';

describeTorch('the chunked loss and its gradients', () => {
  let errors: Record<string, number>;
  beforeAll(async () => {
    errors = (await ask('loss.py', null)) as typeof errors;
  }, hookTimeout);

  test.each([
    ...['alone', 'stacked', 'alone in chunks', 'stacked in chunks', 'alone, padded', 'stacked, padded'],
  ])('are those in float64: %s', (name) => {
    expect(errors[name]).toBeLessThan(2e-6);
  });

  test.each(['alone', 'stacked'])('are near those in float64 with products in bfloat16: %s', (name) => {
    expect(errors[`${name} in bfloat16`]).toBeLessThan(0.03);
    expect(errors[`${name} in bfloat16`]).toBeGreaterThan(1e-4);
  });
});
