#include <absl/strings/str_cat.h>

#include <cstdlib>
#include <fstream>

#include "services/registry/api/case_document.h"
#include "services/registry/api/create_document.h"
#include "services/registry/api/documents.h"
#include "services/registry/api/signing.h"
#include "services/registry/testing/received_document.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

class SigningTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    folder_ = testing::TempDir() + "signing_XXXXXX";
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override {
    std::system(("rm -rf " + folder_).c_str());
    RegistryTest::TearDown();
  }
  v1::Document Make(const std::string& dispute) {
    v1::CreateDocumentRequest request;
    request.set_parent(dispute);
    request.set_kind(v1::DOCUMENT_KIND_APPLICATION);
    return Must(&CreateDocument, HeadCall(), request);
  }
  std::string Download(const std::string& name) {
    ReceivedDocument received;
    v1::DownloadDocumentRequest request;
    request.set_name(name);
    Call call = HeadCall();
    absl::Status done = Run(DownloadDocument(registry(), call, request, received));
    EXPECT_TRUE(done.ok()) << done;
    return received.bytes;
  }
  v1::VerifyDocumentResponse Verify(const v1::Document& document, const std::string& dispute) {
    v1::VerifyDocumentRequest request;
    request.set_number(document.number());
    request.set_verification_code(
        VerificationCodeOf(registry(), document.number(), dispute.substr(9)));
    return Must(&VerifyDocument, HeadCall(), request);
  }
  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
  }
  // By a tool that is not ours.
  bool OpensslVerifies(const std::string& public_key, const std::string& bytes,
                       const std::string& signature) {
    Write("key.pub", public_key);
    Write("document.pdf", bytes);
    Write("signature", signature);
    return std::system(absl::StrCat("cd ", folder_,
                                    " && openssl dgst -sm3 -verify key.pub -sigopt "
                                    "distid:1234567812345678 -signature signature document.pdf "
                                    ">/dev/null 2>&1")
                           .c_str()) == 0;
  }
  v1::ListSigningKeysResponse Keys(const v1::ListSigningKeysRequest& request) {
    return Must(&ListSigningKeyPage, HeadCall(), request);
  }
  // As a restart with another key.
  void Rotate() {
    const std::string path = folder_ + "/next.key";
    ASSERT_EQ(
        std::system(
            absl::StrCat("openssl genpkey -algorithm SM2 -out ", path, " 2>/dev/null").c_str()),
        0);
    auto signer = ContentSigner::Load(path);
    ASSERT_TRUE(signer.ok()) << signer.status();
    registry().signer = *signer;
  }

  std::string folder_;
};

TEST_F(SigningTest, WhoHoldsACopyVerifiesItsSignatureWithAnotherTool) {
  const std::string dispute = Reported().name();
  const v1::Document made = Make(dispute);
  ASSERT_TRUE(made.has_signature());
  EXPECT_EQ(made.signature().algorithm(), "SM2-SM3");
  v1::GetDocumentRequest get;
  get.set_name(made.name());
  EXPECT_EQ(Must(&GetDocument, HeadCall(), get).SerializeAsString(), made.SerializeAsString());
  const v1::VerifyDocumentResponse verified = Verify(made, dispute);
  EXPECT_EQ(verified.signature().SerializeAsString(), made.signature().SerializeAsString());
  EXPECT_EQ(verified.signing_key().name(), made.signature().signing_key());
  const std::string key = verified.signing_key().public_key();
  std::string bytes = Download(made.name());
  EXPECT_TRUE(OpensslVerifies(key, bytes, made.signature().value()));
  for (std::size_t place : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    EXPECT_FALSE(OpensslVerifies(key, bytes, made.signature().value())) << place;
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
  }
  std::string forged = made.signature().value();
  forged.back() = static_cast<char>(forged.back() ^ 1);
  EXPECT_FALSE(OpensslVerifies(key, bytes, forged));
}

TEST_F(SigningTest, AfterARotationOldKeysStillVerify) {
  const std::string dispute = Reported().name();
  const v1::Document first = Make(dispute);
  Rotate();
  const v1::Document second = Make(dispute);
  EXPECT_NE(first.signature().signing_key(), second.signature().signing_key());
  for (const v1::Document& document : {first, second}) {
    const v1::VerifyDocumentResponse verified = Verify(document, dispute);
    EXPECT_EQ(verified.signing_key().name(), document.signature().signing_key());
    EXPECT_TRUE(OpensslVerifies(verified.signing_key().public_key(), Download(document.name()),
                                document.signature().value()));
  }
  v1::ListSigningKeysRequest request;
  request.set_page_size(1);
  v1::ListSigningKeysResponse page = Keys(request);
  ASSERT_EQ(page.signing_keys_size(), 1);
  EXPECT_EQ(page.signing_keys(0).name(), first.signature().signing_key());
  request.set_page_token(page.next_page_token());
  page = Keys(request);
  ASSERT_EQ(page.signing_keys_size(), 1);
  EXPECT_EQ(page.signing_keys(0).name(), second.signature().signing_key());
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(SigningTest, ADocumentFromBeforeTheKeyHasNoSignatureAndStillVerifies) {
  const std::string dispute = Reported().name();
  const v1::Document made = Make(dispute);
  Execute("UPDATE documents SET signature = NULL, signing_key = NULL");
  const v1::VerifyDocumentResponse verified = Verify(made, dispute);
  EXPECT_FALSE(verified.has_signature());
  EXPECT_FALSE(verified.has_signing_key());
  EXPECT_EQ(verified.sha256(), made.sha256());
}

}  // namespace
}  // namespace maplebridge::registry
