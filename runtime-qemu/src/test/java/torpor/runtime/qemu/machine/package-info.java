@org.jspecify.annotations.NullMarked
package torpor.runtime.qemu.machine;
