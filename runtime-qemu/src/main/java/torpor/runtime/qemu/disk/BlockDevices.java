package torpor.runtime.qemu.disk;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What QEMU's `-blockdev` takes. Pure.
public final class BlockDevices {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private BlockDevices() {}

  /// A raw image that is only read.
  public static ObjectNode readOnly(String node, Path image) {
    ObjectNode device = layer(image, DiskFile.Format.RAW, true);
    device.put("node-name", node);
    return device;
  }

  /// A disk that is not there yet: what is read is zero, what is written is gone.
  public static ObjectNode placeholder(String node, long bytes, boolean readOnly) {
    ObjectNode device = JSON.createObjectNode();
    device.put("driver", "null-co");
    device.put("node-name", node);
    device.put("size", bytes);
    device.put("read-zeroes", true);
    device.put("read-only", readOnly);
    return device;
  }

  /// A chain, the last file of which is written.
  ///
  /// @param bottomFirst at least one
  public static ObjectNode chain(String node, Path directory, List<DiskFile> bottomFirst) {
    ObjectNode below = JSON.createObjectNode();
    for (int i = 0; i < bottomFirst.size(); i++) {
      DiskFile file = bottomFirst.get(i);
      boolean top = i == bottomFirst.size() - 1;
      ObjectNode here = layer(directory.resolve(file.name()), file.format(), !top);
      if (top) {
        here.put("discard", "unmap");
      }
      if (i > 0) {
        here.set("backing", below);
      } else if (!top) {
        here.put("node-name", bottomOf(node));
      }
      below = here;
    }
    below.put("node-name", node);
    return below;
  }

  /// What the first file of a chain is called as a node.
  public static String bottomOf(String node) {
    return node + "-bottom";
  }

  private static ObjectNode layer(Path file, DiskFile.Format format, boolean readOnly) {
    ObjectNode layer = JSON.createObjectNode();
    layer.put("driver", format.text());
    layer.put("read-only", readOnly);
    ObjectNode below = layer.putObject("file");
    below.put("driver", "file");
    below.put("filename", file.toString());
    if (!readOnly) {
      below.put("discard", "unmap");
    }
    return layer;
  }
}
