/// Tests of `torpor.daemon.config`.
@NullMarked
package torpor.daemon.config;

import org.jspecify.annotations.NullMarked;
