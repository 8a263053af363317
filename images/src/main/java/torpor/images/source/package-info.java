/// What a person writes to name an image, and its full form. Pure: nothing is looked up here.
///
/// ```
///   nginx                          docker.io/library/nginx:latest
///   host:5000/a/b@sha256:…         a registry's image by digest
///   docker-archive:FILE[:REF]      what `docker save` writes
///   oci-archive:FILE[:TAG]         an OCI layout in a tar
///   oci:DIR[:TAG]                  an OCI layout
///   rootfs:FILE-or-URL[#sha256=…]  a tar of a root file system: plain, gzip, xz or zstd
///   disk:FILE-or-URL[#sha256=…]    a root file system image: erofs, ext4 or squashfs
/// ```
///
/// Invariant: whatever parsed is safe to hand to a tool as one argument. Files are absolute, since
/// the daemon has another working directory than the person; what is fetched by URL has a checksum.
@NullMarked
package torpor.images.source;

import org.jspecify.annotations.NullMarked;
