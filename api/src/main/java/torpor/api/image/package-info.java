/// `/images`: the images of this host, and what is on its way to it.
///
/// A name has slashes in it, in the path as they are or as `%2F`. Asking for an image answers at
/// once with how far it is, or follows it to the end; asking again for one that failed tries again.
@NullMarked
package torpor.api.image;

import org.jspecify.annotations.NullMarked;
