@org.jspecify.annotations.NullMarked
package torpor.host.program;
