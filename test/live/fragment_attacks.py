"""
Fragments that no honest sender makes, by scapy: fragment_attacks.py HARDWARE_ADDRESS. After each kind of them the board must answer a ping
and serve its page; a line for each says so. Run by fragment_attacks.live.ts inside a namespace.
"""
import random
import subprocess
import sys
import time
import urllib.request

from scapy.all import ICMP, IP, TCP, UDP, Ether, IPOption, Raw, conf, raw, sendp

BOARD = "10.77.0.2"
US = "10.77.0.1"
random.seed(14)
conf.verb = 0
ether = Ether(dst=sys.argv[1])


def fragment(ident, offset, data, more=True, proto=17, src=US, **fields):
    """A fragment of which `offset` is a multiple of 8 bytes; `data` what follows the IP header."""
    flags = fields.pop("flags", "MF" if more else 0)
    return ether / IP(src=src, dst=fields.pop("dst", BOARD), id=ident, frag=offset // 8, flags=flags, proto=proto, **fields) / Raw(data)


def datagram(length):
    """Header and data of a datagram to the echo."""
    return raw(IP(src=US, dst=BOARD) / UDP(sport=5000, dport=7) / Raw(b"x" * length))[20:]


def stranger():
    return "10.77.0.%d" % random.randrange(3, 254)


def overlaps():
    data = datagram(400)
    for i in range(100):
        first = fragment(i, 0, data[:200])
        yield first, fragment(i, 104, b"y" * 200), fragment(i, 200, data[200:], False)


def overlaps_from_behind():
    data = datagram(400)
    for i in range(100):
        yield fragment(1000 + i, 200, data[200:], False), fragment(1000 + i, 0, data[:208])


def teardrop():
    for i in range(100):
        yield fragment(2000 + i, 0, b"t" * 36), fragment(2000 + i, 24, b"t" * 4, False)


def tiny_first_fragment():
    syn = raw(IP(src=US, dst=BOARD) / TCP(sport=4000, dport=80, flags="S"))[20:]
    for i in range(100):
        yield fragment(3000 + i, 0, syn[:8], proto=6), fragment(3000 + i, 8, syn[8:], False, proto=6)


def header_overwritten():
    syn = raw(IP(src=US, dst=BOARD) / TCP(sport=4001, dport=80, flags="S"))[20:]
    for i in range(100):
        yield fragment(4000 + i, 0, syn, proto=6), fragment(4000 + i, 8, b"\0" * 24, False, proto=6)


def ping_of_death():
    for i in range(40):
        data = raw(ICMP(type=8, id=1, seq=i) / Raw(b"p" * 1472))
        yield (fragment(5000 + i, 0, data, proto=1),)
        yield tuple(fragment(5000 + i, at, b"p" * 1480, proto=1) for at in range(1480, 8880, 1480))
        yield (fragment(5000 + i, 65528, b"p" * 1400, False, proto=1),)


def one_fragment_flood():
    for i in range(3000):
        yield (fragment(random.randrange(65536), 8 * random.randrange(180), b"f" * 1200, random.random() < 0.5, src=stranger()),)


def one_sender_flood():
    for i in range(1500):
        yield (fragment(i, 0, b"f" * 1480),)


def rose():
    for i in range(400):
        yield fragment(i, 0, b"r" * 32, src=stranger()), fragment(i, 64800, b"r" * 40, False, src=stranger())


def duplicates_of_other_content():
    data = datagram(400)
    for i in range(100):
        first = fragment(6000 + i, 0, data[:200])
        yield first, fragment(6000 + i, 0, b"z" * 200), first, fragment(6000 + i, 200, data[200:], False)


def many_pieces():
    data = datagram(8000)
    places = list(range(0, len(data), 8))
    for i in range(3):
        random.shuffle(places)
        yield tuple(fragment(7000 + i, at, data[at : at + 8], at + 8 < len(data)) for at in places)


def jolt():
    for i in range(1500):
        yield (fragment(1109, 65520, b"j" * 9, False, proto=1),)


def nothing_in_them():
    for i in range(200):
        yield fragment(8000 + i, 0, b""), fragment(8000 + i, 8 * i, b"", False), fragment(8000 + i, 0, b"odd", True)


def odd_headers():
    for i in range(100):
        yield (
            fragment(9000 + i, 0, b"o" * 16, flags="MF+DF"),
            fragment(9000 + i, 8, b"o" * 16, flags="MF+evil"),
            fragment(9100 + i, 0, b"o" * 64, options=IPOption(bytes([0x83, 7, 4, 10, 0, 0, 1]))),
            fragment(9200 + i, 0, b"o" * 64, len=18),
            fragment(9300 + i, 0, b"o" * 64, len=2000),
            fragment(9400 + i, 64, b"o" * 64, False, dst="10.77.0.255"),
            fragment(9500 + i, 0, b"o" * 64, src=BOARD),
        )


ATTACKS = [
    overlaps, overlaps_from_behind, teardrop, tiny_first_fragment, header_overwritten, ping_of_death, one_fragment_flood, one_sender_flood,
    rose, duplicates_of_other_content, many_pieces, jolt, nothing_in_them, odd_headers,
]


def answers():
    """What is wrong with the board, or nothing."""
    for _ in range(20):
        pinged = subprocess.run(["ping", "-q", "-c", "1", "-W", "1", BOARD], stdout=subprocess.DEVNULL).returncode == 0
        if pinged:
            break
    if not pinged:
        return "no ping"
    for _ in range(5):
        try:
            page = urllib.request.urlopen("http://%s/" % BOARD, timeout=5).read()
            return "" if page == b"All is well." else "page: %r" % page
        except OSError as error:
            fault = "page: %s" % error
    return fault


for attack in ATTACKS:
    packets = [packet for group in attack() for packet in group]
    sendp(packets, iface="tap0")
    time.sleep(0.2)
    print(attack.__name__, len(packets), answers() or "well", flush=True)
