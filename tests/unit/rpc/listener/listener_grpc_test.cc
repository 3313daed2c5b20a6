// The listener with a real gRPC server behind it.
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/resource.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "rpc/listener/listener.h"
#include "sockets.h"

namespace inferwire::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Answers every unary call with its request.
class Echo : public grpc::CallbackGenericService {
  class Reactor : public grpc::ServerGenericBidiReactor {
   public:
    Reactor() { StartRead(&message_); }
    void OnReadDone(bool ok) override {
      if (!ok) {
        return Finish(grpc::Status::CANCELLED);
      }
      StartWriteAndFinish(&message_, {}, grpc::Status::OK);
    }
    void OnDone() override { delete this; }

   private:
    grpc::ByteBuffer message_;
  };

 public:
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new Reactor;
  }
};

struct KeyPair {
  std::string key, certificate;
};

std::string Text(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(length));
  BIO_free(bio);
  return text;
}

// A self-signed certificate for localhost.
KeyPair MakeCertificate() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* alternative =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(certificate, alternative, -1);
  X509_EXTENSION_free(alternative);
  X509_sign(certificate, key, EVP_sha256());

  KeyPair pair;
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  pair.key = Text(bio);
  bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  pair.certificate = Text(bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

class ListenerGrpcTest : public testing::Test {
 protected:
  void Serve(const std::shared_ptr<grpc::ServerCredentials>& credentials,
             ListenerLimits limits = {}) {
    grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&echo_);
    acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, credentials);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    auto bound = Listener::Bind("127.0.0.1:0", limits, metrics_.Of<telemetry::ConnectionMetrics>());
    ASSERT_TRUE(bound) << bound.error().message;
    listener_ = std::move(*bound);
    listener_->Start(Listener::Closing::kByHandler, [this](int fd) {
      grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
      connection.fd = fd;
      acceptor_->HandleNewConnection(&connection);
    });
  }

  void TearDown() override {
    listener_.reset();
    server_->Shutdown(std::chrono::system_clock::now() + seconds(5));
  }

  // A channel with a connection of its own.
  std::shared_ptr<grpc::Channel> Channel(const std::shared_ptr<grpc::ChannelCredentials>&
                                             credentials = grpc::InsecureChannelCredentials()) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 50);
    arguments.SetSslTargetNameOverride("localhost");
    return grpc::CreateCustomChannel("ipv4:" + listener_->address(), credentials, arguments);
  }

  static grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                           milliseconds patience = seconds(5)) {
    const grpc::Slice payload("hello");
    const grpc::ByteBuffer request(&payload, 1);
    grpc::ByteBuffer response;
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + patience);
    std::promise<grpc::Status> ended;
    grpc::GenericStub stub(channel);
    stub.UnaryCall(&context, "/test.Echo/Echo", {}, &request, &response,
                   [&ended](grpc::Status status) { ended.set_value(std::move(status)); });
    grpc::Status status = ended.get_future().get();
    if (status.ok()) {
      EXPECT_EQ(response.Length(), request.Length());
    }
    return status;
  }

  telemetry::Metrics metrics_;
  Echo echo_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Listener> listener_;
};

TEST_F(ListenerGrpcTest, ServesCallsInPlainText) {
  Serve(grpc::InsecureServerCredentials());
  const auto channel = Channel();
  for (int i = 0; i < 3; ++i) {
    const auto status = Call(channel);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(listener_->connections(), 1u);
}

TEST_F(ListenerGrpcTest, ServesCallsOverTls) {
  const KeyPair pair = MakeCertificate();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({pair.key, pair.certificate});
  Serve(grpc::SslServerCredentials(options));
  const auto status = Call(Channel(grpc::SslCredentials({pair.certificate, "", ""})));
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(Call(Channel(), milliseconds(200)).ok());
}

TEST_F(ListenerGrpcTest, ExistingConnectionsGoOnAfterAcceptingStopped) {
  Serve(grpc::InsecureServerCredentials());
  const auto channel = Channel();
  ASSERT_TRUE(Call(channel).ok());
  listener_->StopAccepting();
  EXPECT_TRUE(Call(channel).ok());
  EXPECT_FALSE(ConnectTo(listener_->port()).ok());
  EXPECT_FALSE(Call(Channel(), milliseconds(200)).ok());
  EXPECT_TRUE(Call(channel).ok());
}

TEST_F(ListenerGrpcTest, CountsAConnectionDownWhenGrpcClosesIt) {
  Serve(grpc::InsecureServerCredentials());
  auto channel = Channel();
  ASSERT_TRUE(Call(channel).ok());
  EXPECT_EQ(listener_->connections(), 1u);
  channel.reset();
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
}

// What kills gRPC's own listener for good (CVE-2023-4785).
TEST_F(ListenerGrpcTest, ServesAgainWithinASecondAfterDescriptorsRanOut) {
  Serve(grpc::InsecureServerCredentials());
  ASSERT_TRUE(Call(Channel()).ok());
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit lower{OpenDescriptors() + 100, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lower), 0);
  for (int round = 0; round < 3; ++round) {
    const double refused = RefusedCount(metrics_, "descriptors");
    std::vector<Fd> idle;
    // Until no descriptor is left for the client, while the server takes its own share.
    do {
      idle.push_back(ConnectTo(listener_->port()));
    } while (idle.back().ok());
    EXPECT_GE(idle.size(), 30u);
    // The server is at its end, too: it sends away who connects with the last descriptor.
    EXPECT_TRUE(Eventually([&] {
      if (RefusedCount(metrics_, "descriptors") > refused) {
        return true;
      }
      while (!idle.back().ok()) {
        idle.pop_back();
      }
      idle.back() = Fd();
      idle.back() = ConnectTo(listener_->port());
      return false;
    }));
    idle.clear();
    const auto status = Call(Channel(), seconds(1));
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(listener_->healthy());
  }
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(ListenerGrpcTest, TwoThousandConnectionsLeaveNoSocket) {
  Serve(grpc::InsecureServerCredentials(), {.max_per_peer = 2000});
  ASSERT_TRUE(Call(Channel()).ok());
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
  // Sockets only: gRPC opens event descriptors of its own when it gets busy.
  const size_t before = OpenSockets();
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(ConnectTo(listener_->port()).ok());
  }
  // Served last, so that nothing is left in the kernel's queue.
  EXPECT_TRUE(Call(Channel(), seconds(20)).ok());
  EXPECT_TRUE(Eventually([&] { return OpenSockets() <= before; }, seconds(20)));
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }, seconds(20)));
}

}  // namespace
}  // namespace inferwire::rpc
