package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"time"
)

// pair is a self-signed client certificate and its key.
type pair struct {
	certificate tls.Certificate
	pem         string
}

func selfSigned(name string) pair {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der := must(x509.CreateCertificate(rand.Reader, shape, shape, &key.PublicKey, key))
	return pair{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, toPEM("CERTIFICATE", der)}
}

func (p pair) transport(authority string) *http.Transport {
	trusted := x509.NewCertPool()
	holds(trusted.AppendCertsFromPEM(must(os.ReadFile(authority))), "no certificate in %s", authority)
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, Certificates: []tls.Certificate{p.certificate}}}
}

func toPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// request is a PKCS#10 request for this name, and its key.
func request(name string) (string, *ecdsa.PrivateKey) {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	shape := &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}}
	return toPEM("CERTIFICATE REQUEST", must(x509.CreateCertificateRequest(rand.Reader, shape, key))), key
}

// signer signs ES256 tokens, RFC 7518 section 3.4.
type signer struct{ key *ecdsa.PrivateKey }

func newSigner() signer { return signer{must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))} }

func (s signer) publicPEM() string {
	return toPEM("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&s.key.PublicKey)))
}

func (s signer) token(project string) string {
	part := func(value any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(value))) }
	now := time.Now().Unix()
	text := part(map[string]any{"alg": "ES256", "typ": "JWT"}) + "." +
		part(map[string]any{"sub": "build", "aud": "casemate", "iat": now, "nbf": now - 5, "exp": now + 300, "project": project})
	hash := sha256.Sum256([]byte(text))
	r, t, problem := ecdsa.Sign(rand.Reader, s.key, hash[:])
	ok(problem)
	return text + "." + base64.RawURLEncoding.EncodeToString(append(r.FillBytes(make([]byte, 32)), t.FillBytes(make([]byte, 32))...))
}
