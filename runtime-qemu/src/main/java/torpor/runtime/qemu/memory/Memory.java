package torpor.runtime.qemu.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import torpor.runtime.qemu.memory.LayerIndex.Run;

/// A frozen memory: a base and the layers over it, open for reading. For one thread.
public final class Memory implements PageSource, AutoCloseable {
  private static final MemorySegment ZERO =
      MemorySegment.ofBuffer(java.nio.ByteBuffer.allocateDirect(Pages.SIZE)).asReadOnly();

  private final int pageCount;
  private final List<Layer> newestFirst;

  private Memory(int pageCount, List<Layer> newestFirst) {
    this.pageCount = pageCount;
    this.newestFirst = newestFirst;
  }

  /// @param oldestFirst the base first
  /// @throws IOException where one cannot be read or is of a memory of another size
  public static Memory open(int pageCount, List<LayerFiles> oldestFirst) throws IOException {
    List<Layer> layers = new ArrayList<>();
    Memory memory = new Memory(pageCount, layers);
    try {
      for (LayerFiles files : oldestFirst) {
        Layer layer = Layer.open(files);
        layers.addFirst(layer);
        if (layer.index().pageCount() != pageCount) {
          throw new IOException("a layer is of a memory of another size: " + files.index());
        }
      }
      return memory;
    } catch (IOException broken) {
      memory.close();
      throw broken;
    }
  }

  public int pageCount() {
    return pageCount;
  }

  /// The layers, the base first.
  public List<Layer> oldestFirst() {
    return newestFirst.reversed();
  }

  /// Every page that is not zero.
  public BitSet nonZero() {
    BitSet all = new BitSet(pageCount);
    for (Layer layer : oldestFirst()) {
      all.or(layer.index().data());
      layer.index().zero().forEach(run -> all.clear(run.first(), run.end()));
    }
    return all;
  }

  /// Every page of which a layer over the base says something.
  public BitSet aboveBase() {
    BitSet all = new BitSet(pageCount);
    for (Layer layer : newestFirst.subList(0, newestFirst.size() - 1)) {
      all.or(layer.index().data());
      layer.index().zero().forEach(run -> all.set(run.first(), run.end()));
    }
    return all;
  }

  static boolean isZero(MemorySegment contents, long offset) {
    return MemorySegment.mismatch(ZERO, 0, Pages.SIZE, contents, offset, offset + Pages.SIZE) < 0;
  }

  /// Whether the page is zero in this memory.
  boolean isZero(int page) {
    for (Layer layer : newestFirst) {
      if (layer.isZero(page)) {
        return true;
      }
      if (layer.find(page)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the page, not being zero, has these contents in this memory.
  boolean has(int page, MemorySegment contents, long offset) throws IOException {
    for (Layer layer : newestFirst) {
      if (layer.isZero(page)) {
        return false;
      }
      if (layer.find(page)) {
        return layer.foundIs(contents, offset);
      }
    }
    return false;
  }

  @Override
  public void read(List<Run> runs, MemorySegment buffer) throws IOException {
    long offset = 0;
    for (Run run : runs) {
      for (int page = run.first(); page < run.end(); page++) {
        copy(page, buffer, offset);
        offset += Pages.SIZE;
      }
    }
  }

  private void copy(int page, MemorySegment buffer, long offset) throws IOException {
    for (Layer layer : newestFirst) {
      if (layer.isZero(page)) {
        break;
      }
      if (layer.find(page)) {
        layer.copyFound(buffer, offset);
        return;
      }
    }
    buffer.asSlice(offset, Pages.SIZE).fill((byte) 0);
  }

  @Override
  public void close() {
    newestFirst.forEach(Layer::close);
  }
}
