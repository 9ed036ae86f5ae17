/**
 * Ports of protocols in which a line of an HTTP request can do harm, such as mail: those that browsers refuse, from 20 on.
 * Below are services that no one runs. https://fetch.spec.whatwg.org/#port-blocking
 */
const OTHER_PROTOCOLS = new Set([
  ...[
    20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
  ],
  ...[
    119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548,
  ],
  ...[554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061],
  ...[6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
]);

/** A port was not connected to. `networkFailure` knows it by its code. */
export class PortRefused extends Error {
  override readonly name = 'PortRefused';
  readonly code = 'ERR_ADDRESS_REFUSED';
  readonly fix = 'Give the port at which the host answers HTTP. Without a port in the address it is 443.';

  constructor(port: number) {
    super(`Port ${port} belongs to another protocol than HTTP; browsers refuse it too.`);
  }
}

/** The refusal of a port; null for one that may be connected to. */
export const refusePort = (port: number): PortRefused | null =>
  OTHER_PROTOCOLS.has(port) ? new PortRefused(port) : null;
