package org.reprise.download;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Proxies as other programs find them: {@code https_proxy}, {@code http_proxy}, {@code all_proxy}
 * and {@code no_proxy}, in lower or upper case; Java's own system properties come first.
 */
final class EnvironmentProxies extends ProxySelector {
  private final Map<String, String> environment;
  private final ProxySelector system;

  EnvironmentProxies(Map<String, String> environment, ProxySelector system) {
    this.environment = environment;
    this.system = system;
  }

  private String variable(String name) {
    String lower = environment.getOrDefault(name, "");
    return lower.isBlank()
        ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "").strip()
        : lower.strip();
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> chosen = system == null ? List.of(Proxy.NO_PROXY) : system.select(uri);
    if (chosen.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
      return chosen;
    }
    String address = variable(uri.getScheme() + "_proxy");
    if (address.isEmpty()) {
      address = variable("all_proxy");
    }
    if (address.isEmpty() || isExempt(uri.getHost())) {
      return List.of(Proxy.NO_PROXY);
    }
    URI proxy = URI.create(address.contains("://") ? address : "http://" + address);
    if (proxy.getHost() == null) {
      throw new IllegalArgumentException(
          "the proxy \"" + address + "\" is not a URL such as http://host:8080");
    }
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return List.of(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
  }

  private boolean isExempt(String host) {
    for (String entry : variable("no_proxy").split(",")) {
      String name = entry.strip().toLowerCase(Locale.ROOT);
      String suffix = name.startsWith("*") ? name.substring(1) : name;
      suffix = suffix.startsWith(".") ? suffix.substring(1) : suffix;
      String lower = host.toLowerCase(Locale.ROOT);
      if (name.equals("*")
          || (!suffix.isEmpty() && (lower.equals(suffix) || lower.endsWith("." + suffix)))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    // the request fails with the same exception
  }
}
