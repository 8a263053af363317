/// What has become durable, told to those who wait for it.
@NullMarked
package torpor.engine.feed;

import org.jspecify.annotations.NullMarked;
