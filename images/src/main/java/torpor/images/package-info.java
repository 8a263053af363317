/// Fetches images, makes each once into a read-only root file system, and keeps them by digest.
///
/// ```
///   fetch, ready ─→ desk: parse ─→ here? ─→ done
///                     │            no
///                     v
///                   line: one at a time ─→ torpor.images.fetch in a thread of its own
///                     │                      └─ progress and outcome come back to the desk
///                     v
///                   catalogue = torpor.images.shelf, in memory and on disk
/// ```
///
/// [torpor.images.HostImages] is the port. Its state is touched on one desk, a `Serial`, so nothing
/// here needs a lock. A name is written down as being fetched before the fetch begins and as what
/// it stands for before anybody hears of it; a daemon that dies in between finds the name and calls
/// it interrupted.
///
/// Where things are: `source` what people write, `tool` the programs we run, `oci` documents,
/// `layer` untrusted archives, `fetch` the steps, `shelf` the disk.
@NullMarked
package torpor.images;

import org.jspecify.annotations.NullMarked;
