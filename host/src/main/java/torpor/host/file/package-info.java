/// Files and directories that outlive a crash of the host, and trees that go as a whole.
///
/// ```
/// write draft ──> flush it ──> rename over the file ──> flush the directory
///                                 └── a crash finds the old or the new, never a half
/// ```
///
/// Invariant: what a method here has made is on the disk when it returns. Deleting does not follow
/// links, and does not mind what is gone already.
@NullMarked
package torpor.host.file;

import org.jspecify.annotations.NullMarked;
