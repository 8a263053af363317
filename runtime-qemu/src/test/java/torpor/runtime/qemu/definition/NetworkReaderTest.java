package torpor.runtime.qemu.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.core.definition.JsonText;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.network.AddressRange;
import torpor.core.network.Destinations;
import torpor.core.network.NetworkName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;

class NetworkReaderTest {

  private static Reply<MachineConfig> read(String network) {
    return ConfigReader.read(
        new JsonText("{\"image\": \"i\", \"network\": %s}".formatted(network)));
  }

  private static MachineConfig config(Reply<MachineConfig> reply) {
    return switch (reply) {
      case Reply.Done<MachineConfig>(MachineConfig config) -> config;
      case Reply.Refused<MachineConfig>(Refusal refusal) -> throw new AssertionError(refusal);
    };
  }

  private static NetworkWish wish(String network) {
    return config(read(network)).network();
  }

  private static NetworkWish named(String name) {
    return new NetworkWish(
        true,
        true,
        List.of(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.of(new NetworkName(name)),
        Optional.empty());
  }

  @Test
  void aDefinitionThatSaysNothingHasNoneAndIsStoredAsBefore() {
    MachineConfig silent = config(ConfigReader.read(new JsonText("{\"image\": \"i\"}")));

    assertThat(silent.network()).isEqualTo(NetworkWish.NONE);
    assertThat(ConfigWriter.write(silent).text()).doesNotContain("network");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"none\"", "{\"enabled\": false}"})
  void noneCanBeSaid(String network) {
    assertThat(wish(network)).isEqualTo(NetworkWish.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"default\"", "{}", "{\"egress\": \"all\"}", "{\"name\": \"default\"}"})
  void outboundToEverywhere(String network) {
    assertThat(wish(network)).isEqualTo(NetworkWish.DEFAULT);
  }

  @Test
  void aNameIsThatOfANetworkWithOthers() {
    assertThat(wish("\"blue\"")).isEqualTo(named("blue"));
    assertThat(wish("{\"name\": \"blue\"}")).isEqualTo(named("blue"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"egress\": \"none\"}", "{\"egress\": []}", "{\"outbound\": false}"})
  void oneThatGoesNowhereIsOneAllTheSame(String network) {
    assertThat(wish(network).enabled()).isTrue();
    assertThat(wish(network).outbound()).isFalse();
    assertThat(wish(network).destinations()).isEmpty();
  }

  @Test
  void whatIsReadIsWrittenSoThatItIsReadAgain() {
    MachineConfig config =
        config(
            read(
                """
                {"name": "blue", "egress": ["192.0.2.0/24", "198.51.100.7"],
                 "bandwidth_download": "1Gbps", "bandwidth_upload": "1500B/s"}
                """));

    assertThat(config.network().destinations())
        .contains(
            new Destinations(
                List.of(new AddressRange("192.0.2.0/24"), new AddressRange("198.51.100.7"))));
    assertThat(config.network().downloadBytesPerSecond()).hasValue(125_000_000);
    assertThat(config(ConfigReader.read(ConfigWriter.write(config)))).isEqualTo(config);
    for (String network : List.of("\"default\"", "{\"egress\": \"none\"}", "\"blue\"")) {
      MachineConfig other = config(read(network));
      assertThat(config(ConfigReader.read(ConfigWriter.write(other)))).isEqualTo(other);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          true                                          | network
          [1]                                           | network
          "Blue"                                        | network
          {"nmae": "blue"}                              | network.nmae
          {"name": "none of it"}                        | network.name
          {"name": 1}                                   | network.name
          {"enabled": "no"}                             | network.enabled
          {"enabled": false, "name": "blue"}            | network.name
          {"egress": "some"}                            | network.egress
          {"egress": true}                              | network.egress
          {"egress": ["192.0.2.1/24"]}                  | network.egress
          {"egress": [1]}                               | network.egress
          {"egress": "all", "outbound": false}          | network.egress
          {"bandwidth_upload": "fast"}                  | network.bandwidth_upload
          """)
  void whatIsWrongIsRefusedByItsField(String network, String field) {
    assertThat(read(network))
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            refused -> {
              Refusal why = refused.refusal();
              assertThat(why.code()).isEqualTo(RefusalCode.DEFINITION_INVALID);
              assertThat(why.field()).contains(field);
              assertThat(why.remedy()).isNotBlank();
            });
  }
}
