/// Tests of `torpor.cli.session`, against a machine that runs real programs of this host.
@NullMarked
package torpor.cli.session;

import org.jspecify.annotations.NullMarked;
