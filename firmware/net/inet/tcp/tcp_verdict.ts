/**
 * What a step of tcp_input answers: go on with the next one, or be done with the segment. BSD: the labels drop,
 * dropafterack, dropwithreset and findpcb of netinet/tcp_input.c.
 */
export const TI_GO = 0; // next step
export const TI_DROP = 1; // free the segment
export const TI_ACK = 2; // free the segment and send an ACK
export const TI_RESET = 3; // free the segment and answer with a reset
export const TI_DONE = 4; // the segment has been consumed
export const TI_AGAIN = 5; // it is for another connection now: look again
