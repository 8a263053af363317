package torpor.runtime.qemu.agent;

import java.nio.ByteBuffer;

/// What the guest says of its own accord. Called on the connection's reading thread, in order.
public interface GuestEvents {

  /// A session has printed something.
  ///
  /// @param session 0 is the workload
  /// @param stream 1 is standard output, 2 standard error
  /// @param offset of the first byte, from the beginning of the stream
  void output(long session, int stream, long offset, ByteBuffer data);

  /// A session has taken input.
  ///
  /// @param accepted the offset up to which it has it
  /// @param limit the offset up to which more may be sent now
  /// @param closed nobody reads it any more
  void inputTaken(long session, long accepted, long limit, boolean closed);

  /// A session's process has ended; everything it printed came before.
  void exited(long session, Records report);

  /// The machine has entered another phase.
  void phase(Records state);

  /// A program has opened a connection to one of the proxied ports.
  void opened(long connection, Records about);

  /// That program will send no more than this many bytes.
  void closed(long connection, long offset);

  /// The connection to the guest has ended.
  void lost();
}
