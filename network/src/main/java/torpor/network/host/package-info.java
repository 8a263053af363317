/// The hands: scripts are run here, the host's files are read here, and it is tried here once
/// whether all of it works. What to run, and what the files mean, is decided elsewhere.
@NullMarked
package torpor.network.host;

import org.jspecify.annotations.NullMarked;
