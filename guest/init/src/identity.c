#include "identity.h"

#include "network.h"

#include <string.h>

static bool valid_hostname(const char *text) {
    size_t length = strspn(text,
                           "abcdefghijklmnopqrstuvwxyz"
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");
    return length > 0 && length <= 63 && text[length] == 0 && *text != '-' && *text != '.';
}

static bool valid_machine_id(const char *text) {
    uint8_t bytes[16];
    size_t length;
    return parse_hexadecimal(text, bytes, sizeof bytes, &length) && length == sizeof bytes;
}

/* "a.b.c.d name…" of /etc/hosts; what is between is the host's business, lines are not. */
static bool valid_hosts_line(const char *text) {
    char address[16];
    size_t length = strcspn(text, " ");
    if (length >= sizeof address || text[length] != ' ' || strpbrk(text, "\r\n")) return false;
    memcpy(address, text, length);
    address[length] = 0;
    return network_valid_host(address);
}

static enum acceptance accept_text(const char **field, const char *value, bool valid) {
    *field = value;
    return valid ? ACCEPTED : INVALID_VALUE;
}

static enum acceptance accept_item(struct strings *list, const char *value, bool valid) {
    return valid && strings_add(list, value) ? ACCEPTED : INVALID_VALUE;
}

enum acceptance identity_accept(struct identity *identity, const char *key, const char *value) {
    uint64_t number;
    if (strcmp(key, "hostname") == 0)
        return accept_text(&identity->hostname, value, valid_hostname(value));
    if (strcmp(key, "machine_id") == 0)
        return accept_text(&identity->machine_id, value, valid_machine_id(value));
    if (strcmp(key, "mac") == 0)
        return accept_text(&identity->mac, value, network_valid_mac(value));
    if (strcmp(key, "address") == 0)
        return accept_text(&identity->address, value, network_valid_address(value));
    if (strcmp(key, "gateway") == 0)
        return accept_text(&identity->gateway, value, network_valid_host(value));
    if (strcmp(key, "dns") == 0)
        return accept_item(&identity->name_servers, value, network_valid_host(value));
    if (strcmp(key, "search") == 0)
        return accept_item(&identity->search_domains, value, valid_hostname(value));
    if (strcmp(key, "host") == 0)
        return accept_item(&identity->hosts, value, valid_hosts_line(value));
    if (strcmp(key, "mtu") == 0) {
        if (!parse_unsigned(value, 65535, &number) || number < 576) return INVALID_VALUE;
        identity->mtu = (uint32_t)number;
        return ACCEPTED;
    }
    if (strcmp(key, "epoch_ns") == 0) {
        if (!parse_unsigned(value, INT64_MAX, &number)) return INVALID_VALUE;
        identity->epoch_nanoseconds = (int64_t)number;
        return ACCEPTED;
    }
    if (strcmp(key, "entropy") == 0) {
        if (!parse_hexadecimal(value, identity->entropy, ENTROPY_MAXIMUM,
                               &identity->entropy_length))
            return INVALID_VALUE;
        return identity->entropy_length >= ENTROPY_MINIMUM ? ACCEPTED : INVALID_VALUE;
    }
    return UNKNOWN_KEY;
}

void identity_free(struct identity *identity) {
    strings_free(&identity->name_servers);
    strings_free(&identity->search_domains);
    strings_free(&identity->hosts);
}
