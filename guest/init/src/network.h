/* The machine's one network interface, set by ioctl: nothing of the image takes part. */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETWORK_INTERFACE "eth0"

bool network_loopback(void);

/* What is NULL or 0 stays as it is. `address` is "a.b.c.d/prefix". On failure, why. */
bool network_set(const char *mac, const char *address, const char *gateway, uint32_t mtu,
                 char *problem, size_t capacity);

bool network_valid_address(const char *text); /* a.b.c.d/prefix */
bool network_valid_host(const char *text);    /* a.b.c.d */
bool network_valid_mac(const char *text);     /* six pairs of lower-case hexadecimal digits */

#endif
