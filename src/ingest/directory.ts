/**
 * The port through which the edge asks who a gateway is and which points its enterprise has. Whoever keeps the registry
 * implements it; the edge only reads it, once a message, so that a change is seen by the next message.
 */

export interface GatewayEntry {
  /** Gateway number of the registry, never re-used. */
  readonly number: number;
  readonly enterprise: string;
  /** Id inside the enterprise. */
  readonly id: string;
  readonly secretHash: string;
  /** Every tag of the enterprise → point number. Whether this gateway may publish it is decided in log order. */
  readonly tags: ReadonlyMap<string, number>;
}

export interface GatewayDirectory {
  /** Another number after every change: of a gateway, a credential, a tag. */
  readonly version: number;
  find(enterprise: string, gateway: string): GatewayEntry | undefined;
}
