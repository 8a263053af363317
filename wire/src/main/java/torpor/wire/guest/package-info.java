/// The bodies of the guest API, which a program inside a machine speaks. Field names and shapes are
/// those that workers written for *checker* already use; everything more is additional.
@NullMarked
package torpor.wire.guest;

import org.jspecify.annotations.NullMarked;
