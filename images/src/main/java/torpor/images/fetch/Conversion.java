package torpor.images.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import torpor.core.image.ImageDigest;
import torpor.images.layer.ArchiveLimits;
import torpor.images.layer.LayerRewriter;
import torpor.images.oci.PlainLayout;
import torpor.images.refused.ImageRefusedException;
import torpor.images.source.Platform;
import torpor.images.tool.MkfsErofs;
import torpor.images.tool.Skopeo;
import torpor.images.tool.Umoci;

/// Makes layers from outside into one root file system.
record Conversion(ArchiveLimits limits, Platform platform, Umoci umoci, MkfsErofs mkfs) {
  static final String ROOT_FILE = "rootfs.erofs";
  private static final int REWRITTEN = 50;
  private static final int UNPACKED = 75;

  /// @param workspace empty, and left full
  /// @param layers the lowest first; their files are deleted on the way
  /// @param image a directory that gets the root file system
  /// @return the digest of each layer as it came
  List<ImageDigest> convert(
      List<LayerRewriter.Arrived> layers, Path workspace, Path image, IntConsumer percent)
      throws ImageRefusedException, IOException, InterruptedException {
    requireRoot();
    PlainLayout layout = PlainLayout.create(workspace.resolve("layout"));
    List<ImageDigest> came = rewrite(layers, layout, percent);
    percent.accept(REWRITTEN);
    layout.finish(platform, Skopeo.TAG);
    Path directory = workspace.resolve("rootfs");
    umoci.unpack(layout.directory(), directory);
    percent.accept(UNPACKED);
    mkfs.write(directory, image.resolve(ROOT_FILE));
    percent.accept(100);
    return came;
  }

  private List<ImageDigest> rewrite(
      List<LayerRewriter.Arrived> layers, PlainLayout layout, IntConsumer percent)
      throws ImageRefusedException, IOException, InterruptedException {
    if (layers.size() > limits.layers()) {
      throw ImageRefusedException.failed(
          "the image has %d layers, more than %d".formatted(layers.size(), limits.layers()),
          "Raise the limit on layers, or flatten the image.");
    }
    long total = 1;
    for (LayerRewriter.Arrived layer : layers) {
      total += Files.size(layer.file());
    }
    Counter counter = new Counter(total, percent);
    LayerRewriter rewriter = new LayerRewriter(limits, counter::inThisLayer);
    List<ImageDigest> came = new java.util.ArrayList<>();
    for (LayerRewriter.Arrived layer : layers) {
      LayerRewriter.Rewritten written = rewriter.rewrite(layer, layout.draft());
      layout.addDraft(written.plain(), written.bytes());
      came.add(written.packed());
      counter.layerDone(Files.size(layer.file()));
    }
    for (LayerRewriter.Arrived layer : layers) {
      Files.deleteIfExists(layer.file());
    }
    return came;
  }

  /// The owners of files cannot be kept by anybody else.
  private static void requireRoot() throws ImageRefusedException {
    if (!ProcessOwner.isRoot()) {
      throw ImageRefusedException.failed(ProcessOwner.NOT_ROOT, ProcessOwner.REMEDY);
    }
  }

  /// Percent of all layers, told once for each.
  private static final class Counter {
    private final long total;
    private final IntConsumer percent;
    private long before;
    private int told = -1;

    Counter(long total, IntConsumer percent) {
      this.total = total;
      this.percent = percent;
    }

    void inThisLayer(long bytes) {
      int now = (int) Math.min(REWRITTEN, (before + bytes) * REWRITTEN / total);
      if (now > told) {
        told = now;
        percent.accept(now);
      }
    }

    void layerDone(long bytes) {
      before += bytes;
    }
  }
}
