/**
 * The test bundle with the W5500's `connect`.
 */
export * from "./boot-test";
export * from "./boot-w5500-raw";
export * from "./drivers/w5500-raw/w5500";
