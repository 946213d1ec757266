/**
 * Bayesian-guided label mappings, by Cai, Ye, Feng, Qi and Liu, "Bayesian-guided Label Mapping for
 * Visual Reprogramming", NeurIPS 2024.
 */
package org.reprise.mappers.bayesian;
