package torpor.runtime.qemu.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.VolumeId;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.snapshot.Manifest.ConsoleOffsets;
import torpor.runtime.qemu.snapshot.Manifest.FileEntry;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Hardware;

/// A manifest as JSON. What is read is checked: names stay inside of the directory, numbers are in
/// their range.
public final class ManifestJson {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String CUT_OFF = "it is cut off, or is no JSON any more";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private ManifestJson() {}

  public static byte[] write(Manifest manifest) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", Manifest.FORMAT);
    root.put("machine", manifest.machine());
    ObjectNode qemu = root.putObject("qemu");
    qemu.put("version", manifest.qemuVersion());
    qemu.put("build", manifest.qemuBuild());
    qemu.put("machine", Hardware.MACHINE_TYPE);
    write(manifest.hardware(), root.putObject("hardware"));
    ObjectNode processor = root.putObject("processor");
    processor.put("tsc_khz", manifest.tscKilohertz());
    new TreeSet<>(manifest.processorFlags()).forEach(processor.putArray("flags")::add);
    root.put("kernel", manifest.kernel());
    manifest.image().ifPresent(image -> root.put("image", image));
    manifest.layers().forEach(root.putArray("layers")::add);
    ObjectNode disk = root.putObject("disk");
    disk.put("bytes", manifest.diskBytes());
    write(manifest.disk(), disk);
    if (!manifest.volumes().isEmpty()) {
      var volumes = root.putArray("volumes");
      for (VolumeDisk volume : manifest.volumes()) {
        ObjectNode node = volumes.addObject();
        node.put("serial", volume.serial());
        node.put("volume", volume.volume().ulid());
        node.put("mode", volume.mode().text());
        node.put("bytes", volume.bytes());
        write(volume.chain(), node);
      }
    }
    ObjectNode console = root.putObject("console");
    console.put("stdout", manifest.console().output());
    console.put("stderr", manifest.console().errors());
    manifest.parent().ifPresent(parent -> root.put("parent", parent));
    var files = root.putArray("files");
    for (FileEntry file : manifest.files()) {
      ObjectNode entry = files.addObject().put("name", file.name()).put("bytes", file.bytes());
      file.crc32c().ifPresent(crc -> entry.put("crc32c", Integer.toHexString(crc)));
      file.contents().ifPresent(sum -> entry.put("contents_crc32c", Integer.toHexString(sum)));
    }
    return JSON.writeValueAsBytes(root);
  }

  private static void write(List<DiskFile> files, ObjectNode node) {
    var chain = node.putArray("chain");
    files.forEach(
        file -> chain.addObject().put("name", file.name()).put("format", file.format().text()));
  }

  private static void write(Hardware hardware, ObjectNode node) {
    node.put("accelerator", hardware.accelerator().text());
    node.put("cpu", hardware.cpuModel());
    node.put("cpus", hardware.cpus());
    node.put("memory", hardware.memoryBytes());
    hardware.disks().forEach(node.putArray("disks")::add);
    node.put("network", hardware.network());
  }

  /// @throws IOException where it is no manifest, or one of a format not known here
  public static Manifest read(byte[] bytes) throws IOException {
    try {
      JsonNode root = JSON.readTree(bytes);
      if (!root.isObject()) {
        throw new IOException(CUT_OFF);
      }
      if (root.path("format").asInt(0) != Manifest.FORMAT) {
        throw new IOException("it is of a format not known here: " + root.path("format"));
      }
      return new Manifest(
          text(root, "machine"),
          hardware(required(root, "hardware")),
          text(required(root, "qemu"), "version"),
          text(required(root, "qemu"), "build"),
          number(required(root, "processor"), "tsc_khz"),
          Set.copyOf(strings(required(required(root, "processor"), "flags"))),
          text(root, "kernel"),
          root.has("image") ? Optional.of(text(root, "image")) : Optional.empty(),
          names(required(root, "layers")),
          disk(required(root, "disk")),
          number(required(root, "disk"), "bytes"),
          volumes(root.path("volumes")),
          new ConsoleOffsets(
              number(required(root, "console"), "stdout"),
              number(required(root, "console"), "stderr")),
          root.has("parent") ? Optional.of((int) number(root, "parent")) : Optional.empty(),
          files(required(root, "files")));
    } catch (JacksonException malformed) {
      throw new IOException(CUT_OFF, malformed);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("it has a value that no manifest has", malformed);
    }
  }

  private static Hardware hardware(JsonNode node) throws IOException {
    return new Hardware(
        Accelerator.valueOf(text(node, "accelerator").toUpperCase(Locale.ROOT)),
        text(node, "cpu"),
        (int) number(node, "cpus"),
        number(node, "memory"),
        names(required(node, "disks")),
        required(node, "network").asBoolean());
  }

  private static List<DiskFile> disk(JsonNode node) throws IOException {
    List<DiskFile> chain = new ArrayList<>();
    for (JsonNode file : required(node, "chain").values()) {
      chain.add(
          new DiskFile(
              name(text(file, "name")),
              DiskFile.Format.valueOf(text(file, "format").toUpperCase(Locale.ROOT))));
    }
    return chain;
  }

  private static List<VolumeDisk> volumes(JsonNode node) throws IOException {
    List<VolumeDisk> volumes = new ArrayList<>();
    for (JsonNode volume : node.values()) {
      volumes.add(
          new VolumeDisk(
              name(text(volume, "serial")),
              new VolumeId(text(volume, "volume")),
              VolumeMount.Mode.valueOf(text(volume, "mode").toUpperCase(Locale.ROOT)),
              number(volume, "bytes"),
              disk(volume)));
    }
    return volumes;
  }

  private static List<FileEntry> files(JsonNode node) throws IOException {
    List<FileEntry> files = new ArrayList<>();
    for (JsonNode file : node.values()) {
      files.add(
          new FileEntry(
              name(text(file, "name")),
              number(file, "bytes"),
              sum(file, "crc32c"),
              sum(file, "contents_crc32c")));
    }
    return files;
  }

  private static Optional<Integer> sum(JsonNode node, String field) throws IOException {
    return node.has(field)
        ? Optional.of(Integer.parseUnsignedInt(text(node, field), 16))
        : Optional.empty();
  }

  private static List<String> names(JsonNode node) throws IOException {
    List<String> names = new ArrayList<>();
    for (String text : strings(node)) {
      names.add(name(text));
    }
    return names;
  }

  private static List<String> strings(JsonNode node) {
    return node.values().stream().map(JsonNode::asString).toList();
  }

  private static String name(String text) throws IOException {
    if (!NAME.matcher(text).matches()) {
      throw new IOException("it names a file that cannot be: " + text);
    }
    return text;
  }

  private static JsonNode required(JsonNode node, String field) throws IOException {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw new IOException("it lacks '" + field + "'");
    }
    return value;
  }

  private static String text(JsonNode node, String field) throws IOException {
    return required(node, field).asString();
  }

  private static long number(JsonNode node, String field) throws IOException {
    JsonNode value = required(node, field);
    if (!value.canConvertToLong() || value.asLong() < 0) {
      throw new IOException("its '" + field + "' is not a number");
    }
    return value.asLong();
  }
}
