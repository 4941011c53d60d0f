/**
 * 16 KB of receive or transmit memory, shared by the eight sockets: each has a block as large as it was given, behind
 * those of the sockets before it. Within it, addresses are taken modulo its size.
 */
const SIZE = 0x4000;

export class BufferMemory {
  readonly ram = new Uint8Array(SIZE);
  private readonly bases = new Uint32Array(8);
  private readonly sizes = new Uint32Array(8);

  /** Bytes of a socket's block. */
  size(socket: number): number {
    return this.sizes[socket];
  }

  /** Bytes of all blocks together; more than there are overlap. */
  get total(): number {
    return this.sizes.reduce((sum, size) => sum + size, 0);
  }

  resize(socket: number, kilobytes: number): void {
    this.sizes[socket] = kilobytes * 1024;
    for (let n = 1; n < 8; n++) this.bases[n] = this.bases[n - 1] + this.sizes[n - 1];
  }

  read(socket: number, address: number): number {
    return this.sizes[socket] ? this.ram[this.place(socket, address)] : 0;
  }

  write(socket: number, address: number, value: number): void {
    if (this.sizes[socket]) this.ram[this.place(socket, address)] = value;
  }

  private place(socket: number, address: number): number {
    return (this.bases[socket] + (address & (this.sizes[socket] - 1))) & (SIZE - 1);
  }
}
