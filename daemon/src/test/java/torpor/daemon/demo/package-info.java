/// Tests of `torpor.daemon.demo`.
@NullMarked
package torpor.daemon.demo;

import org.jspecify.annotations.NullMarked;
