/**
 * The test bundle with the ENC28J60's `connect`.
 */
export * from "./boot-enc28j60";
export * from "./boot-test";
export * from "./drivers/enc28j60/enc28j60";
