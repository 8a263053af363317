/// What lies on disk beside the store: the data directory of a daemon, and in it one directory per
/// job and per instance.
///
/// ```
/// <data>/id                  names this directory to the leases
/// <data>/lock                locked while a daemon uses it; holds its process id
/// <data>/torpor.db           the store, where it is not elsewhere
/// <data>/instances/<ulid>/   everything about one job or instance but its volumes; deleting it is
///                            the complete clean-up
/// <data>/images/             shared, read-only
/// <data>/tmp/                always safe to delete; emptied at open
/// ```
///
/// Beside these there are directories of others, which nothing here knows: of runtimes, of kernels,
/// of volumes.
///
/// Invariants: a directory that was published is complete; a rename or a new directory is durable
/// when its future completes; nothing outside the data directory is ever deleted, symbolic links
/// are removed but never followed.
@NullMarked
package torpor.store.disk;

import org.jspecify.annotations.NullMarked;
