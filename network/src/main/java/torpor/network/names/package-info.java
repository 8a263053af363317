/// What the objects on the host are called. Every name carries the data directory's mark, so that
/// two daemons on a host do not meet, and what is ours can be told from everything else. Pure.
@NullMarked
package torpor.network.names;

import org.jspecify.annotations.NullMarked;
