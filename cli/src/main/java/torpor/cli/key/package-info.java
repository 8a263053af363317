/// `torpor key`: API keys for callers that do not come from the daemon's own host.
@NullMarked
package torpor.cli.key;

import org.jspecify.annotations.NullMarked;
