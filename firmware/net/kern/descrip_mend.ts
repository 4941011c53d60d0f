/**
 * Descriptors put in order after a turn that was broken off (turn.ts). Called by net_mend.
 */
import { KERN_FILES } from "../../config";
import { DTYPE_SOCKET, fd_ofiles, fdcount, filetable } from "./descrip";
import { turn_lostfd } from "./turn";

/**
 * A turn has broken off: forgets descriptors and files that were not finished, or are half closed. The sockets
 * that there are now behind descriptors, each once.
 */
export function fd_mend(): object[] {
  const data: object[] = [];
  for (let fd = 0; fd < fd_ofiles.length; fd++) {
    const fp = fd_ofiles[fd];
    if (!fp) continue;
    if (!fp.f_data || fd === turn_lostfd()) fd_ofiles[fd] = null;
    else if (KERN_FILES && fp.f_type !== DTYPE_SOCKET) continue;
    else if (data.indexOf(fp.f_data) < 0) data.push(fp.f_data);
  }
  for (let no = 0; no < filetable.length; no++) {
    const file = filetable[no];
    if (file && fd_ofiles.indexOf(file) < 0) filetable[no] = null;
  }
  fdcount();
  return data;
}
