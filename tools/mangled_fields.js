/**
 * Which properties the bundler may rename: those with one of BSD's field prefixes, and no others. A program on the
 * board sees none of them (its addresses have sin_ and sun_ fields, which stay).
 */
const { CHIPS } = require("./chips");

const prefixes = [
  "m ext mbs uio", // mbufs
  "so sb pr dom f fo si pp v c", // sockets, files
  "if ifq bd br ipq ifa ac enm ia inm imo rt at inp t ti snd rcv unp ic sh ns nr", // interfaces and protocols
  "wd sc spi", // drivers
  ...Object.values(CHIPS).map(({ prefix }) => prefix),
  "rq rc rw", // resolver
  "nj", // NetworkJS
  "acd dh dr es", // addresses: conflicts, DHCP, the program's object
  "tn up md rr ow lq st tr tap td pc dd dl dq tf", // optional modules
].flatMap((line) => line.split(" "));

exports.MANGLED_FIELDS = new RegExp(`^(${prefixes.join("|")})_`);
