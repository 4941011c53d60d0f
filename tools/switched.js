/**
 * Files that nothing calls where a constant of config.ts is false: bundles without them are as if there were none (profile.js), and in
 * machine code their variables take no memory (native/emit.ts).
 */
const FILES = "KERN_FILES";
const TAP = "NET_BPF";

exports.SWITCHED = {
  "firmware/core/filecall.ts": FILES,
  "firmware/core/gate_files.ts": FILES,
  "firmware/lib/files.ts": FILES,
  "firmware/lib/if_ioctl.ts": FILES,
  "firmware/lib/vnode.ts": FILES,
  "firmware/net/if/bpf.ts": TAP,
  "firmware/net/if/bpf_dev.ts": TAP,
  "firmware/net/if/bpf_filter.ts": TAP,
  "firmware/net/if/bpf_mend.ts": TAP,
  "firmware/net/if/bpf_ring.ts": TAP,
  "firmware/net/if/bpf_validate.ts": TAP,
  "firmware/net/inet/arp/arp_ioctl.ts": FILES,
  "firmware/net/inet/ip/ip_savecontrol.ts": "SO_CONTROL",
  "firmware/net/kern/file_mend.ts": FILES,
  "firmware/net/kern/kern_descrip.ts": FILES,
  "firmware/net/kern/selinfo.ts": FILES,
  "firmware/net/kern/sofile.ts": FILES,
  "firmware/net/kern/sys_generic.ts": FILES,
  "firmware/net/kern/sys_pipe.ts": FILES,
  "firmware/net/kern/vnode.ts": FILES,
};

/** The constant without which a file, an absolute path, is nothing; undefined for others. */
exports.switchOf = (path) => {
  const file = Object.keys(exports.SWITCHED).find((name) => path.endsWith(`/${name}`));
  return file && exports.SWITCHED[file];
};

/** A file's text without anything in it but the names that it exports. */
exports.emptied = (text) => {
  const names = [...text.matchAll(/^export (?:function|const|let) (\w+)/gm)].map((match) => match[1]);
  const passed = [...text.matchAll(/^export \{([^}]*)\}/gm)].flatMap((match) => match[1].split(","));
  return [...names, ...passed.map((name) => name.trim()).filter(Boolean)]
    .map((name) => `export var ${name};\n`)
    .join("");
};
