/*
 * The byte stream to the host: the virtio serial port named "agent". Frames leave through a
 * buffer of fixed size; who sends asks for room first, so nothing is ever lost here while a
 * host is connected.
 */
#ifndef PORT_H
#define PORT_H

#include "frames.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room that is kept for answers: no request is read while there is less. */
enum { PORT_RESERVE = 32 * 1024 };

/* Finds and opens the port. False: there is none. */
bool port_open(void);

/* Writes and reads what it can. Each frame goes to `handle`. True: something changed, call again.
 */
bool port_work(void (*handle)(const struct frame *frame));

/*
 * Whether a host has its end open, as far as is known. The kernel hears of it on another way than
 * the bytes come: for a while it may say that of a host which has gone, or not yet of one whose
 * first bytes are here. So this is a reason to wait, and never one to end a connection.
 */
bool port_host_there(void);

/* The greatest payload that may be sent now, the reserve left aside; negative: none. */
long port_room(void);

/* Sends a frame whose payload is two parts. The room was asked for, or is the reserve's. */
void port_send(uint16_t type, uint64_t id, const void *first, size_t first_length,
               const void *second, size_t second_length);

/* Forgets what was not sent, and begins a new stream: the zero byte that ends any half frame. */
void port_restart(void);

/* Everything sent has left this process. */
bool port_flushed(void);

/* Malformed frames since boot. */
uint64_t port_rejected(void);

#endif
