/*
 * The kernel modules of the initramfs: /modules/order names them, one a line, in the order in
 * which they can be loaded, with the reason to load each:
 *
 *     overlay always | virtio_pci pci | virtio_net virtio=1 | virtio_blk disk | squashfs squashfs
 */
#ifndef MODULES_H
#define MODULES_H

/* Loads those whose reason is "always", "pci" or the virtio id of a device that is there. */
void modules_load(void);

/* Loads those with this reason: "disk", or the name of a file system. */
void modules_load_for(const char *reason);

#endif
