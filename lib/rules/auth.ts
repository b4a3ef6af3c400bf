import type { Rule, Source } from './rule.ts';
import { advisory, practice, rfc, spec, tokenDoc } from './sources.ts';

/** Of what is there where the registry has a token service. */
const bearer = (source: Source) => ({ ...source, needs: ['bearer'] }) as const;

const queryToken = bearer(rfc(6750, '2.3'));
const unauthorized = rfc(9110, '15.5.2');
const scheme = rfc(9110, '11.1');
const challenge = rfc(9110, '11.6.1');
const parameters = rfc(9110, '11.2');
const basic = rfc(7617, '2');
const charset = rfc(7617, '2.1');
const bearerCodes = bearer(rfc(6750, '3.1'));
const bearerHeader = bearer(rfc(6750, '2.1'));
const errorCodes = spec('Error Codes');
const how = tokenDoc('token', 'How to authenticate');
const requesting = bearer(tokenDoc('token', 'Requesting a Token'));
const query = bearer(tokenDoc('token', 'Query Parameters'));
const fields = bearer(tokenDoc('token', 'Token Response Fields'));
const example = bearer(tokenDoc('token', 'Example'));
const components = bearer(tokenDoc('scope', 'Scope Components'));
const server = bearer(tokenDoc('scope', 'Authorization Server Use'));
const grammar = bearer(tokenDoc('scope', 'Resource Scope Grammar'));
const provider = tokenDoc('scope', 'Resource Provider Use');
const classDoc = bearer(tokenDoc('scope', 'Resource Class'));
const refresh = tokenDoc('scope', 'Refresh Tokens');
const oauthToken = tokenDoc('oauth', 'Getting a token');
const oauthParameters = tokenDoc('oauth', 'Post parameters');
const oauthFields = tokenDoc('oauth', 'Response fields');
const oauthSuccess = bearer(rfc(6749, '5.1'));
const oauthError = rfc(6749, '5.2');
const claims = tokenDoc('jwt', 'Getting a Bearer Token');
const verifying = bearer(tokenDoc('jwt', 'Verifying the token'));
const expiry = rfc(7519, '4.1.4');
const notBefore = rfc(7519, '4.1.5');
const audience = rfc(7519, '4.1.3');
const issuer = rfc(7519, '4.1.1');
const validating = bearer(rfc(7519, '7.2'));
const signature = bearer(rfc(7515, '5.2'));
const critical = rfc(7515, '4.1.11');
const algorithms = bearer(rfc(8725, '3.1'));
const headers = bearer(rfc(8725, '3.10'));
const jwkHeader = bearer(advisory('CVE-2025-24976'));
const large = bearer(rfc(6585, '5'));
const distribution = bearer(practice('distribution/distribution'));
const keppel = practice('sapcc/keppel');
const harbor = practice('goharbor/harbor');
const quay = practice('quay/quay');

export const authRules = {
  'challenge.present': {
    level: 'must',
    ...unauthorized,
    title: 'A 401 carries a challenge in WWW-Authenticate',
    needs: ['credentials'],
  },
  'challenge.status': {
    level: 'defacto',
    ...unauthorized,
    title: 'A request without credentials that needs some is answered with 401',
    needs: ['credentials'],
  },
  'challenge.every-route': {
    level: 'defacto',
    ...how,
    title: 'Every route that needs credentials challenges in the same way',
    needs: ['credentials'],
  },
  'challenge.syntax': {
    level: 'must',
    ...challenge,
    title: 'A challenge is a scheme with well-formed parameters',
    needs: ['credentials'],
  },
  'challenge.parameters': {
    level: 'must',
    ...parameters,
    title: 'A challenge names each of its parameters once',
    needs: ['credentials'],
  },
  'challenge.several': {
    level: 'defacto',
    ...challenge,
    title: 'Several challenges can be told apart',
    needs: ['credentials'],
  },
  'challenge.stable': {
    level: 'defacto',
    ...harbor,
    title: 'The scheme of the challenge is the same with and without credentials',
    needs: ['credentials'],
  },
  'challenge.body': {
    level: 'defacto',
    ...errorCodes,
    title: 'A 401 explains itself in the error format',
    needs: ['credentials'],
  },
  'challenge.bearer.realm': {
    level: 'defacto',
    ...how,
    title: 'A Bearer challenge names the token endpoint by an absolute URL in realm',
    needs: ['bearer'],
  },
  'challenge.bearer.service': {
    level: 'defacto',
    ...how,
    title: 'A Bearer challenge names the service',
    needs: ['bearer'],
  },
  'challenge.bearer.scope': {
    level: 'defacto',
    ...provider,
    title: 'A Bearer challenge on a repository names the scope that the request needs',
    needs: ['bearer'],
  },
  'challenge.scope.pull': {
    level: 'defacto',
    ...provider,
    title: 'The scope of a challenge to a read asks for pull',
    needs: ['bearer'],
  },
  'challenge.scope.push': {
    level: 'defacto',
    ...provider,
    title: 'The scope of a challenge to a push asks for pull and push, or push alone',
    needs: ['bearer'],
  },
  'challenge.scope.delete': {
    level: 'defacto',
    ...provider,
    title:
      'The scope of a challenge to a deletion asks for an action that a token granted it can delete with',
    needs: ['bearer', 'manifest-delete'],
  },
  'challenge.scope.mount': {
    level: 'defacto',
    ...provider,
    title: 'A challenge to a mount asks for the target repository, and pull on the source when it names it',
    needs: ['bearer'],
  },
  'challenge.scope.catalog': {
    level: 'defacto',
    ...distribution,
    title: 'The scope of a challenge to the catalog, when it has one, is registry:catalog:*',
    needs: ['bearer', 'catalog'],
  },
  'challenge.scope.none': {
    level: 'defacto',
    ...provider,
    title: 'A challenge on /v2/ names no scope',
    needs: ['bearer'],
  },
  'challenge.scope.sufficient': {
    level: 'defacto',
    ...provider,
    title: 'A token for the scope of the challenge opens the request that was challenged',
    needs: ['bearer'],
  },
  'challenge.error.absent': {
    level: 'should',
    ...bearerCodes,
    title: 'A challenge to a request without credentials has no error attribute',
  },
  'challenge.error.invalid-token': {
    level: 'should',
    ...bearerCodes,
    title: 'A challenge to a bad token says invalid_token',
  },
  'challenge.error.insufficient-scope': {
    level: 'should',
    ...bearerCodes,
    title: 'A challenge to a token with too little access says insufficient_scope',
  },
  'challenge.realm-origin': {
    level: 'defacto',
    ...how,
    title: 'A token endpoint on another host than the registry can be used',
    needs: ['bearer'],
  },
  'basic.accepted': {
    level: 'defacto',
    ...basic,
    title: 'The right name and password are accepted',
    needs: ['basic'],
  },
  'basic.challenge': {
    level: 'must',
    ...basic,
    title: 'A Basic challenge names a realm',
    needs: ['basic'],
  },
  'basic.wrong-password': {
    level: 'security',
    ...basic,
    title: 'A wrong password is refused on every route',
    needs: ['basic'],
  },
  'basic.refusal-status': {
    level: 'defacto',
    ...unauthorized,
    title: 'Wrong credentials are refused with 401',
    needs: ['basic'],
  },
  'basic.unknown-user': {
    level: 'should',
    ...basic,
    title: 'An unknown user is refused',
    needs: ['basic'],
  },
  'basic.empty-password': {
    level: 'security',
    ...basic,
    title: 'An empty password is refused',
    needs: ['basic'],
  },
  'basic.empty-user': {
    level: 'should',
    ...basic,
    title: 'An empty user is refused',
    needs: ['basic'],
  },
  'basic.prefix-password': {
    level: 'security',
    ...basic,
    title: 'A password that only begins or only continues the right one is refused',
    needs: ['basic'],
  },
  'basic.password-case': {
    level: 'security',
    ...basic,
    title: 'A password is compared with regard to case',
    needs: ['basic'],
  },
  'basic.malformed': {
    level: 'defacto',
    ...keppel,
    title: 'Basic credentials that are not base64 are refused with a 4xx',
    needs: ['basic'],
  },
  'basic.no-colon': {
    level: 'defacto',
    ...basic,
    title: 'Basic credentials without a colon are refused with a 4xx',
    needs: ['basic'],
  },
  'basic.scheme-case': {
    level: 'should',
    ...scheme,
    title: 'The word Basic is recognised in any case',
    needs: ['basic'],
  },
  'basic.colon': {
    level: 'defacto',
    ...basic,
    title: 'A password may contain colons',
    needs: ['basic'],
  },
  'basic.utf8': {
    level: 'defacto',
    ...charset,
    title: 'A password may contain characters beyond ASCII',
    needs: ['basic'],
  },
  'basic.bearer-scheme': {
    level: 'security',
    ...scheme,
    title: 'Basic credentials under the scheme Bearer are refused',
    needs: ['basic'],
  },
  'token.get.status': {
    level: 'defacto',
    ...example,
    title: 'A token asked for with the right credentials is answered with 200',
  },
  'token.get.json': {
    level: 'defacto',
    ...example,
    title: 'A token comes in a JSON object',
  },
  'token.get.token': {
    level: 'must',
    ...fields,
    title: 'An answer of the token endpoint holds token or access_token',
  },
  'token.get.equal': {
    level: 'should',
    ...fields,
    title: 'token and access_token are the same when both are given',
  },
  'token.get.expires-in': {
    level: 'should',
    ...fields,
    title: 'A token lives for at least 60 seconds',
  },
  'token.get.expires-in-true': {
    level: 'defacto',
    ...fields,
    title: 'A token is still accepted shortly before the end of its stated life',
  },
  'token.get.issued-at': {
    level: 'defacto',
    ...fields,
    title: 'issued_at, when sent, is an RFC 3339 time near now',
  },
  'token.get.cache': {
    level: 'defacto',
    ...oauthSuccess,
    title: 'The answer of the token endpoint may not be stored by caches',
  },
  'token.get.anonymous': {
    level: 'defacto',
    ...requesting,
    title: 'A token asked for without credentials grants no more than anyone has, or is refused with 401',
  },
  'token.get.wrong-password': {
    level: 'should',
    ...requesting,
    title: 'A token asked for with a wrong password is refused with 401',
  },
  'token.get.powerless': {
    level: 'security',
    ...requesting,
    title: 'Wrong credentials bring no token that opens what is shut',
  },
  'token.get.unknown-user': {
    level: 'should',
    ...requesting,
    title: 'A token asked for by an unknown user is refused with 401',
  },
  'token.get.no-fallthrough': {
    level: 'should',
    ...requesting,
    title: 'Wrong credentials never fall through to an anonymous token',
  },
  'token.get.empty-password': {
    level: 'should',
    ...requesting,
    title: 'An empty password obtains no token',
  },
  'token.get.malformed-basic': {
    level: 'defacto',
    ...keppel,
    title: 'Malformed Basic credentials at the token endpoint are refused with a 4xx',
    needs: ['bearer'],
  },
  'token.get.challenge': {
    level: 'must',
    ...unauthorized,
    title: 'A 401 of the token endpoint carries a challenge',
    needs: ['bearer'],
  },
  'token.service.audience': {
    level: 'defacto',
    ...server,
    title: 'A token for the service of the challenge is accepted by the registry',
  },
  'token.service.missing': {
    level: 'defacto',
    ...query,
    title: 'A token asked for without a service is refused with a 4xx or good for this registry',
  },
  'token.service.wrong': {
    level: 'security',
    ...components,
    title: 'A token for another service does not open this registry',
  },
  'token.changes-nothing': {
    level: 'defacto',
    ...rfc(9110, '9.2.1'),
    title: 'Asking for a token makes no repository',
    needs: ['bearer', 'tag-list'],
  },
  'token.account': {
    level: 'defacto',
    ...query,
    title: 'The account parameter with the right credentials does no harm',
  },
  'token.account-other': {
    level: 'security',
    ...server,
    title: 'The account parameter never obtains the rights of another user',
  },
  'token.client-id': {
    level: 'defacto',
    ...query,
    title: 'The client_id parameter needs no registration',
  },
  'token.scope.granted': {
    level: 'defacto',
    ...example,
    title: 'A scope that the user has is granted',
  },
  'token.scope.none': {
    level: 'defacto',
    ...query,
    title: 'A token may be asked for without a scope by a user with credentials',
  },
  'token.scope.downscoped': {
    level: 'must',
    ...example,
    title: 'Asking for more than one has brings less, not an error',
    needs: ['bearer', 'reader'],
  },
  'token.scope.nothing': {
    level: 'should',
    ...example,
    title: 'Asking for what one has nothing of brings a token without it, not an error',
  },
  'token.scope.no-more': {
    level: 'should',
    ...example,
    title: 'A token never grants more than was asked for',
  },
  'token.scope.no-right': {
    level: 'security',
    ...example,
    title: 'A token never grants what the user does not have',
  },
  'token.scope.unknown-action': {
    level: 'must',
    ...example,
    title: 'An unknown action in a scope is left out, not an error',
  },
  'token.scope.several': {
    level: 'defacto',
    ...server,
    title: 'Several scope parameters are all granted',
  },
  'token.scope.space-joined': {
    level: 'defacto',
    ...grammar,
    title: 'Scopes joined by spaces are all granted or refused with a 4xx',
  },
  'token.scope.repeated': {
    level: 'defacto',
    ...keppel,
    title: 'A scope that is asked for twice does no harm',
    needs: ['bearer'],
  },
  'token.scope.split-actions': {
    level: 'defacto',
    ...keppel,
    title: 'Actions asked for in two scopes of one repository are all granted',
    needs: ['bearer'],
  },
  'token.scope.nested': {
    level: 'defacto',
    ...grammar,
    title: 'A scope may name a repository of several components',
  },
  'token.scope.port': {
    level: 'defacto',
    ...grammar,
    title: 'A scope whose name starts with a host and port is parsed or refused with a 4xx',
  },
  'token.scope.malformed': {
    level: 'defacto',
    ...grammar,
    title: 'A malformed scope is refused with a 4xx or grants nothing',
  },
  'token.scope.empty-actions': {
    level: 'defacto',
    ...grammar,
    title: 'A scope without actions grants nothing',
  },
  'token.scope.unknown-type': {
    level: 'defacto',
    ...components,
    title: 'A scope of an unknown resource type grants nothing',
  },
  'token.scope.class': {
    level: 'defacto',
    ...classDoc,
    title: 'The class in repository(class) does not change what is granted, or is refused with a 4xx',
  },
  'token.scope.delete': {
    level: 'defacto',
    ...distribution,
    title: 'Who may delete is granted the action that deletion needs',
    needs: ['bearer', 'manifest-delete'],
  },
  'token.scope.star': {
    level: 'defacto',
    ...distribution,
    title: 'The action * is granted, narrowed, or refused with a 4xx',
  },
  'token.scope.catalog': {
    level: 'defacto',
    ...distribution,
    title: 'The scope registry:catalog:* brings a token or a 4xx',
    needs: ['bearer', 'catalog'],
  },
  'token.post.password': {
    level: 'defacto',
    ...oauthToken,
    title: 'POST with the password grant brings a token',
    needs: ['bearer', 'oauth'],
  },
  'token.post.access-token': {
    level: 'must',
    ...oauthFields,
    title: 'The answer to a POST for a token holds access_token',
    needs: ['bearer', 'oauth'],
  },
  'token.post.expires-in': {
    level: 'should',
    ...oauthFields,
    title: 'The answer to a POST for a token holds expires_in',
    needs: ['bearer', 'oauth'],
  },
  'token.post.scope': {
    level: 'must',
    ...oauthFields,
    title: 'The answer to a POST for a token holds the granted scope',
    needs: ['bearer', 'oauth'],
  },
  'token.post.space-scopes': {
    level: 'defacto',
    ...server,
    title: 'A POST may ask for several scopes joined by spaces',
    needs: ['bearer', 'oauth'],
  },
  'token.post.cache': {
    level: 'must',
    ...oauthSuccess,
    title: 'The answer to a POST for a token says Cache-Control: no-store',
    needs: ['bearer', 'oauth'],
  },
  'token.post.wrong-password': {
    level: 'security',
    ...oauthError,
    title: 'POST with a wrong password brings no token',
    needs: ['bearer', 'oauth'],
  },
  'token.post.grant-type': {
    level: 'should',
    ...oauthError,
    title: 'POST with a missing or unknown grant type is refused with 400',
    needs: ['bearer', 'oauth'],
  },
  'token.post.missing-service': {
    level: 'defacto',
    ...oauthParameters,
    title: 'POST without a service is refused with a 4xx',
    needs: ['bearer', 'oauth'],
  },
  'token.refresh.offered': {
    level: 'defacto',
    ...fields,
    title: 'Asking for an offline token brings a refresh token',
    needs: ['bearer', 'refresh-token'],
  },
  'token.refresh.unasked': {
    level: 'defacto',
    ...fields,
    title: 'No refresh token comes unasked',
  },
  'token.refresh.grant': {
    level: 'defacto',
    ...oauthParameters,
    title: 'A refresh token brings an access token for a scope of its subject',
    needs: ['bearer', 'refresh-token'],
  },
  'token.refresh.service': {
    level: 'security',
    ...refresh,
    title: 'A refresh token brings no access token for another service',
    needs: ['bearer', 'refresh-token'],
  },
  'token.refresh.unknown': {
    level: 'security',
    ...oauthError,
    title: 'An unknown refresh token brings no access token',
    needs: ['bearer', 'oauth'],
  },
  'token.refresh.at-registry': {
    level: 'security',
    ...refresh,
    title: 'A refresh token does not open the registry itself',
    needs: ['bearer', 'refresh-token'],
  },
  'jwt.accepted': {
    level: 'defacto',
    ...verifying,
    title: 'A token of the issuer for this registry and this scope is accepted',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.leeway': {
    level: 'defacto',
    ...distribution,
    title: 'A clock that differs by a few seconds does not make a token invalid',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.audiences': {
    level: 'should',
    ...audience,
    title: 'A token for several audiences is accepted when this registry is one of them',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.action-order': {
    level: 'defacto',
    ...claims,
    title: 'The order of the actions in a token does not matter',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.more-access': {
    level: 'defacto',
    ...provider,
    title: 'A token with more access than the request needs is accepted',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.several-entries': {
    level: 'defacto',
    ...claims,
    title: 'Every entry of the access claim counts',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.scheme-case': {
    level: 'should',
    ...scheme,
    title: 'The word Bearer is recognised in any case',
    needs: ['bearer'],
  },
  'jwt.x5c': {
    level: 'defacto',
    ...claims,
    title: 'A token with a trusted certificate chain in its header is accepted',
    needs: ['bearer', 'issuer-key', 'x5c'],
  },
  'jwt.expired': {
    level: 'security',
    ...expiry,
    title: 'A token after its exp is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.not-yet-valid': {
    level: 'security',
    ...notBefore,
    title: 'A token before its nbf is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.no-expiry': {
    level: 'should',
    ...verifying,
    title: 'A token without exp is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.future-issue': {
    level: 'defacto',
    ...quay,
    title: 'A token issued in the future is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.no-issue-time': {
    level: 'defacto',
    ...quay,
    title: 'A token without iat is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.text-expiry': {
    level: 'security',
    ...expiry,
    title: 'A token whose exp is no number is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.wrong-audience': {
    level: 'security',
    ...audience,
    title: 'A token for another audience is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.no-audience': {
    level: 'should',
    ...verifying,
    title: 'A token without aud is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.wrong-issuer': {
    level: 'security',
    ...issuer,
    title: 'A token of another issuer is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.no-issuer': {
    level: 'should',
    ...verifying,
    title: 'A token without iss is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.other-key': {
    level: 'security',
    ...signature,
    title: 'A token signed by another key under the trusted kid is refused',
  },
  'jwt.unknown-kid': {
    level: 'security',
    ...verifying,
    title: 'A token with an unknown kid is refused',
  },
  'jwt.path-kid': {
    level: 'security',
    ...headers,
    title: 'A token whose kid is a path or a URL is refused',
  },
  'jwt.embedded-jwk': {
    level: 'security',
    ...jwkHeader,
    title: 'A token signed by a key that it brings along under the trusted kid is refused',
  },
  'jwt.embedded-jwk-alone': {
    level: 'security',
    ...jwkHeader,
    title: 'A token signed by a key that it brings along without a kid is refused',
  },
  'jwt.remote-keys': {
    level: 'security',
    ...headers,
    title: 'A token that names where its key can be fetched is refused and nothing is fetched',
  },
  'jwt.untrusted-chain': {
    level: 'security',
    ...verifying,
    title: 'A token with a certificate chain of no trusted root is refused',
  },
  'jwt.alg-none': {
    level: 'security',
    ...algorithms,
    title: 'A token without a signing algorithm is refused',
  },
  'jwt.alg-confusion': {
    level: 'security',
    ...algorithms,
    title: 'A token signed by HMAC with the public key is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.critical-header': {
    level: 'security',
    ...critical,
    title: 'A token with an unknown critical header is refused',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.altered-payload': {
    level: 'security',
    ...signature,
    title: 'A token whose claims were altered is refused',
  },
  'jwt.altered-signature': {
    level: 'security',
    ...signature,
    title: 'A token whose signature was altered is refused',
  },
  'jwt.no-signature': {
    level: 'security',
    ...signature,
    title: 'A token whose signature was cut off is refused',
  },
  'jwt.no-access': {
    level: 'security',
    ...verifying,
    title: 'A token without an access claim opens no repository',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.empty-access': {
    level: 'security',
    ...verifying,
    title: 'A token with an empty access claim opens no repository',
  },
  'jwt.misshapen-access': {
    level: 'security',
    ...claims,
    title: 'A token with a misshapen access claim is refused or opens no repository',
    needs: ['bearer', 'issuer-key'],
  },
  'jwt.garbage': {
    level: 'security',
    ...validating,
    title: 'A token that is none is refused',
  },
  'jwt.empty': {
    level: 'security',
    ...bearerHeader,
    title: 'An empty token is refused',
  },
  'jwt.scheme-colon': {
    level: 'defacto',
    ...bearerHeader,
    title: 'A good token after the scheme with a colon is refused',
  },
  'jwt.other-scheme': {
    level: 'defacto',
    ...bearerHeader,
    title: 'A good token under an unknown scheme is refused',
  },
  'jwt.query-parameter': {
    level: 'should',
    ...queryToken,
    title: 'A good token in the query of the URL opens nothing',
  },
  'jwt.two-headers': {
    level: 'should',
    ...bearerCodes,
    title: 'Two Authorization headers never open more than the first',
  },
  'jwt.oversized': {
    level: 'defacto',
    ...large,
    title: 'An oversized token is refused with a 4xx',
  },
  'jwt.refusal-status': {
    level: 'defacto',
    ...bearerCodes,
    title: 'A bad token is refused with 401',
  },
  'scope.refused': {
    level: 'security',
    ...provider,
    title: 'A request beyond the rights of its credentials is refused',
    needs: ['credentials'],
  },
  'scope.refused-status': {
    level: 'defacto',
    ...provider,
    title: 'The refusal of a push beyond the rights of its credentials is a 401 or 403',
    needs: ['credentials', 'reader'],
  },
  'scope.code': {
    level: 'defacto',
    ...errorCodes,
    title: "The refusal of a request beyond one's rights has the code DENIED or UNAUTHORIZED",
    needs: ['credentials'],
  },
  'scope.other-repository': {
    level: 'security',
    ...provider,
    title: 'A token for one repository does not open another',
    needs: ['bearer', 'private'],
  },
  'scope.entries-apart': {
    level: 'security',
    ...provider,
    title: 'What a token grants for one repository it does not grant for another that it names',
    needs: ['bearer', 'issuer-key'],
  },
  'scope.pull-for-push': {
    level: 'security',
    ...provider,
    title: 'A token for pull does not push',
    needs: ['bearer'],
  },
  'scope.pull-for-delete': {
    level: 'security',
    ...provider,
    title: 'A token for pull does not delete',
    needs: ['bearer', 'manifest-delete'],
  },
  'scope.push-for-delete': {
    level: 'security',
    ...provider,
    title: 'A token for pull and push does not delete where deletion is a right of its own',
    needs: ['bearer', 'manifest-delete'],
  },
  'scope.pull-for-upload-cancel': {
    level: 'security',
    ...provider,
    title: 'A token for pull does not cancel an upload',
    needs: ['bearer', 'upload-cancel'],
  },
  'scope.push-for-pull': {
    level: 'defacto',
    ...distribution,
    title: 'A token for push alone does not read',
    needs: ['bearer', 'issuer-key'],
  },
  'scope.prefix': {
    level: 'security',
    ...provider,
    title: "A token for a repository whose name begins the asked one's does not open it",
    needs: ['bearer', 'issuer-key'],
  },
  'scope.child': {
    level: 'security',
    ...provider,
    title: 'A token for a repository does not open the names beneath it',
    needs: ['bearer', 'issuer-key'],
  },
  'scope.case': {
    level: 'security',
    ...provider,
    title: 'A token for a name in other case does not open the repository',
    needs: ['bearer', 'issuer-key'],
  },
  'scope.dot-segments': {
    level: 'security',
    ...provider,
    title: 'A token for a name with dot segments does not open the repository they lead to',
    needs: ['bearer', 'issuer-key'],
  },
  'scope.wildcard-name': {
    level: 'security',
    ...provider,
    title: 'A token for the name * does not open every repository',
    needs: ['bearer', 'issuer-key'],
  },
  'scope.type': {
    level: 'security',
    ...provider,
    title: 'A token for another type of resource of the same name does not open the repository',
    needs: ['bearer', 'issuer-key'],
  },
  'scope.action-case': {
    level: 'security',
    ...provider,
    title: 'An action in other case grants nothing',
    needs: ['bearer', 'issuer-key'],
  },
  'scope.catalog': {
    level: 'security',
    ...provider,
    title: 'A token for a repository does not open the catalog of all',
    needs: ['bearer', 'catalog'],
  },
  'scope.mount-source': {
    level: 'security',
    ...provider,
    title: 'A token without pull on the source of a mount does not mount from it',
    needs: ['bearer', 'mount'],
  },
  'scope.referrers': {
    level: 'security',
    ...provider,
    title: 'A token for another repository does not list referrers',
    needs: ['bearer', 'private', 'referrers'],
  },
  'scope.tag-list': {
    level: 'security',
    ...provider,
    title: 'A token for another repository does not list tags',
    needs: ['bearer', 'private', 'tag-list'],
  },
  'token.scope.invalid-name': {
    level: 'defacto',
    ...grammar,
    title: 'A scope of a repository name outside the grammar is refused with a 4xx or grants nothing',
  },
} as const satisfies Record<string, Rule>;
