package torpor.runtime.qemu.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.LayerIndex.Run;

/// Where page contents come from.
@FunctionalInterface
interface PageSource {

  /// Puts the pages one after the other into the buffer, from its beginning.
  void read(List<Run> runs, MemorySegment buffer) throws IOException;

  static PageSource of(ProcessMemory memory) {
    return (runs, buffer) -> memory.read(pieces(runs), buffer);
  }

  static List<ProcessMemory.Piece> pieces(List<Run> runs) {
    return runs.stream()
        .map(run -> new ProcessMemory.Piece(Pages.bytes(run.first()), Pages.bytes(run.count())))
        .toList();
  }
}
