/** How long tests wait, in milliseconds. On a machine that others load too, everything takes its time. */
export const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000, interval: 50 } },
};
