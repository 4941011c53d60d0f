/**
 * What the examples use of Espruino itself, for the test of our types: an editor has these from Espruino's.
 */
interface TestPin {
  read(): boolean;
  set(): void;
  reset(): void;
  write(value: any): void;
}
declare const A5: TestPin, A6: TestPin, A7: TestPin, A8: TestPin, B1: TestPin, B6: TestPin, B7: TestPin;
declare const B10: TestPin, B13: TestPin, LED1: TestPin, BTN: TestPin;
declare const SPI1: { setup(options: object): void; send(data: any, nss?: any): any; write(...data: any[]): void };
declare const E: { getTemperature(): number; setTimeZone(hours: number): void };
declare function print(...values: any[]): void;
declare function getSerial(): string;
declare function getTime(): number;
declare function setTimeout(callback: Function, ms: number, ...args: any[]): number;
declare function setInterval(callback: Function, ms: number, ...args: any[]): number;
declare function setWatch(callback: Function, pin: TestPin, options?: object): number;
declare module "http" {
  export function createServer(callback: (req: any, res: any) => void): { listen(port: number): void };
  export function get(options: string | object, callback: (res: any) => void): any;
}
declare module "net" {
  export function connect(options: object, callback?: () => void): any;
  export function createServer(callback: (socket: any) => void): { listen(port: number): void };
}
declare module "dgram" {
  export function createSocket(type: string): any;
}
declare module "MQTT" {
  export function create(server: string, options?: object): any;
}
